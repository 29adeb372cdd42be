internal import CFlowThreads
internal import Glibc

/// A thread for work that takes a few milliseconds, which must be joined.
///
/// Not on Swift's concurrency: a first `await` costs more than most checks take.
package struct WorkThread: Sendable {
    private let handle: pthread_t

    /// Starts a thread, on another processor than the caller's where there is one; nil if there is none to be had.
    package init?(_ body: @escaping @Sendable () -> Void) {
        var handle = pthread_t()
        let box = unsafe Unmanaged.passRetained(Body(body))
        let status = unsafe flow_thread_start(
            &handle,
            { pointer in
                guard let pointer = unsafe pointer else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            unsafe box.release()
            return nil
        }
        self.handle = handle
    }

    /// Waits until the work is done.
    package func join() {
        pthread_join(handle, nil)
    }

    private final class Body: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
