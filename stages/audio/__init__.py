"""The stages of pipelines/audio."""
