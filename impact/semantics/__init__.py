"""Kernel: what an indicator means. No database, no Flask, no clock, no configuration."""
