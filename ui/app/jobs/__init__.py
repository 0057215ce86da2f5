"""Work that runs in a process of its own."""

from ui.app.jobs.refresh import RefreshJob, RefreshState

__all__ = ["RefreshJob", "RefreshState"]
