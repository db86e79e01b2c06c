"""The stages of pipelines/two_tower."""
