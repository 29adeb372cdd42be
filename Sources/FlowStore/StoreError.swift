/// What went wrong with a store.
package struct StoreError: Error, Sendable {
    package enum Code: Sendable {
        /// It cannot be opened, read or written.
        case unavailable
        /// It was written by a newer flowrun.
        case newerSchema
        /// No run has that id.
        case unknownRun
        /// Several runs begin with that id.
        case ambiguousRun
        /// A living process drives the run, or others do not let this one write.
        case busy
        /// This worker was declared dead, and its attempts were settled by others.
        case fenced
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
