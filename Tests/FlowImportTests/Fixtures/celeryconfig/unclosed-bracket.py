timezone = "UTC"
broker_url = ("redis://a"
task_time_limit = 5
