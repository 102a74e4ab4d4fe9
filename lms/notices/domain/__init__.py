"""Channels, quiet hours and waiting times as plain values."""
