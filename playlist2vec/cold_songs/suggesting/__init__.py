"""Songs that no playlist holds, beside those that a model suggests: by their artist or by their
sound.
"""
