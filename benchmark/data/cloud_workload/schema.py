"""Columns and categories of the cloud-workload file, shared by its reader and its twin."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FILE = "cloud_workload_dataset.csv"

CHANNELS = (
    "CPU_Utilization (%)",
    "Memory_Consumption (MB)",
    "Task_Execution_Time (ms)",
    "System_Throughput (tasks/sec)",
    "Task_Waiting_Time (ms)",
    "Number_of_Active_Users",
    "Network_Bandwidth_Utilization (Mbps)",
    "Error_Rate (%)",
)
"""Numeric columns, in the order of the file and under its names."""

MODALITIES = ("resource", "resource", "latency", "demand", "latency", "demand", "resource", "failure")
"""Kind of each numeric column: demand, use of resources, latency or failure."""

CATEGORIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Data_Source": ("Cloud", "Enterprise DB", "IoT", "Social Media"),
        "Job_Priority": ("High", "Low", "Medium"),
        "Scheduler_Type": ("ASB-Dynamic-CapsNet", "FCFS", "Priority-Based", "Round Robin"),
        "Resource_Allocation_Type": ("Dynamic", "Static"),
    }
)
"""Categorical columns; a covariate holds the position of the value in this sorted list."""

TIMES = ("Task_Start_Time", "Task_End_Time")

RAW = (
    "Job_ID",
    *TIMES,
    *CHANNELS[:5],
    "Data_Source",
    *CHANNELS[5:7],
    "Job_Priority",
    "Scheduler_Type",
    "Resource_Allocation_Type",
    CHANNELS[7],
)
"""Every column of the file, in its order."""

TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
