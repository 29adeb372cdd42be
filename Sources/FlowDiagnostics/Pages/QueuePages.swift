extension DiagnosticPage {
    static let queues: [DiagnosticPage] = [
        DiagnosticPage(
            .unknownQueue, "A queue that is not among the declared ones",
            explanation: """
                `task_queues` lists the queues that there are, and this one is not among them. Celery creates a
                misspelt queue on the spot and puts the task into it. No worker listens there, so the task waits for
                ever, with no error anywhere. Correct the name, or add the queue to `task_queues` and start a worker
                with `-Q`.
                """,
            wrong: """
                settings:
                  task_queues: [celery, reports]
                steps:
                  - {id: build, run: make, queue: report}
                """,
            right: """
                settings:
                  task_queues: [celery, reports]
                steps:
                  - {id: build, run: make, queue: reports}
                """)
    ]
}
