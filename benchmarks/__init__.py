"""Measurements on real services; nothing here is a test."""
