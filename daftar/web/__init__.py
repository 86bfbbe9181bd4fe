"""The search page: plain pages over the archive, read only, for people who read Persian, Arabic or English."""
