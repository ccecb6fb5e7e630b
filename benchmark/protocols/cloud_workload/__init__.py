"""Protocol of the cloud-workload file: splits and injected events."""
