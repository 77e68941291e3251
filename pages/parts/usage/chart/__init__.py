"""A chart that is drawn in place, and what it takes to describe one."""
