class Config:
    """For app.config_from_object(Config)."""

    # In minutes, times sixty.
    result_expires: int = 90 * 60
    task_track_started = True

    if True:
        task_acks_late = True

    worker_log_format = (
        "[%(asctime)s: %(levelname)s] "
        '%(message)s'
    )


class Production(Config):
    broker_url = 'redis://prod'


class Router(object):
    def route(self, task):
        return None
worker_concurrency = 3
