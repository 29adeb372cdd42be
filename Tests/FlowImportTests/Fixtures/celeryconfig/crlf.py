# Windows lines.
broker_url = "redis://w"

task_time_limit = \
  5
