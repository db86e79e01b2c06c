"""Quality and cost of pipelines/two_tower, beside other libraries."""
