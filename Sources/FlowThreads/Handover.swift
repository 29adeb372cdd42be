internal import Glibc
internal import Synchronization

/// Hands values from one thread to another, in their order; who puts waits where too many wait to be taken.
@safe package final class Handover<Value: Sendable>: @unchecked Sendable {
    // All that changes is touched in the lock only.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var values: [Value] = []
    /// Whether a taker need not wait, as there is a value or none will come; to be seen without the lock.
    private let isDecided = Atomic(false)
    private let room: Int
    private var isClosed = false

    /// - Parameter room: How many values wait at most.
    package init(room: Int) {
        self.room = room
        unsafe pthread_mutex_init(lock, nil)
        unsafe pthread_cond_init(change, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(change)
        unsafe pthread_mutex_destroy(lock)
        unsafe change.deallocate()
        unsafe lock.deallocate()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return body()
    }

    /// Puts a value, as soon as there is room for it.
    ///
    /// - Returns: Whether somebody may take it; what comes after ``close()`` is dropped.
    @discardableResult package func put(_ value: consuming Value) -> Bool {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        while values.count >= room, !isClosed { unsafe pthread_cond_wait(change, lock) }
        guard !isClosed else { return false }
        values.append(consume value)
        isDecided.store(true, ordering: .relaxed)
        unsafe pthread_cond_signal(change)
        return true
    }

    /// The next value, as soon as there is one; nil when it is closed and empty.
    package func take() -> Value? {
        lookOut()
        return locked {
            while values.isEmpty, !isClosed { unsafe pthread_cond_wait(change, lock) }
            return values.isEmpty ? nil : removeFirst()
        }
    }

    /// The next value, if there is one.
    package func takeIfAny() -> Value? {
        locked { values.isEmpty ? nil : removeFirst() }
    }

    /// How long a value is looked out for before its taker sleeps.
    ///
    /// Who sleeps is woken late, and often beside who woke it: Linux takes a virtual processor that stands still for one
    /// that its host has taken away.
    private static var patience: Duration { .microseconds(500) }

    private func lookOut() {
        guard !isDecided.load(ordering: .relaxed) else { return }
        let begin = ContinuousClock.now
        while !isDecided.load(ordering: .relaxed), ContinuousClock.now - begin < Self.patience {}
    }

    private func removeFirst() -> Value {
        defer { isDecided.store(!values.isEmpty || isClosed, ordering: .relaxed) }
        // Who puts waits only where there is no room.
        if values.count >= room { unsafe pthread_cond_signal(change) }
        return values.removeFirst()
    }

    /// Nothing more is put; what waits can still be taken.
    package func close() {
        locked {
            isClosed = true
            isDecided.store(true, ordering: .relaxed)
            unsafe pthread_cond_signal(change)
        }
    }
}
