"""What pipelines/two_tower reaches and costs, beside what others would run."""
