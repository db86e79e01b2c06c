"""Free music: the invented example of pipelines/soundcloud, and measurements of the search for
copies.
"""
