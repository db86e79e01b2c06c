"""The stages of pipelines/soundcloud."""
