"""Tests of cmplt.storage."""
