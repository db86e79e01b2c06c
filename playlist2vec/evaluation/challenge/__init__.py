"""The RecSys Challenge 2018: scores and submission."""
