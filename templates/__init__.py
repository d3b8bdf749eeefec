"""Profiles: ready policies for kinds of organisations."""
