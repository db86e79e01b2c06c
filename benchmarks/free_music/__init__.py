"""Free music: the invented example of pipelines/soundcloud, and the cost of finding copies."""
