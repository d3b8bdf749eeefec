"""Figures in, text or bytes out."""
