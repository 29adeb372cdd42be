package import FlowStore
package import FlowValue
import Glibc

/// Waits until something that others record has happened.
package struct BellWait {
    private let store: RunStore

    /// - Parameter store: A store that listens to its bell.
    package init(_ store: RunStore) {
        self.store = store
    }

    /// Looks whenever the bell is rung, and once a second.
    ///
    /// - Parameters:
    ///   - deadline: When to give up; nil for never.
    ///   - condition: Whether it has happened.
    /// - Returns: Whether it has; false at the deadline.
    /// - Throws: What the condition throws.
    @discardableResult
    package func until(_ deadline: Timestamp? = nil, _ condition: () throws -> Bool) throws -> Bool {
        while true {
            // Who rings after this line wakes us; what was committed before it is seen.
            store.bell.silence()
            if try condition() { return true }
            var timeout: Int64 = 1000
            if let deadline {
                let left = deadline - WallClock.now
                guard left > .zero else { return false }
                timeout = min(timeout, (left.inMicroseconds + 999) / 1000)
            }
            var look = pollfd(fd: store.bell.descriptor, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&look, 1, Int32(clamping: timeout))
        }
    }
}
