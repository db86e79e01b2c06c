"""The RecSys Challenge 2018: its scores and its submission."""
