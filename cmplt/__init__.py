"""Customer complaints from the shell: one YAML file each, in git, with exact deadlines and scores."""

__version__ = "0.1.0"
