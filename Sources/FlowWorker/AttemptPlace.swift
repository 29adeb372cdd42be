/// What one attempt after the other uses in a place where one runs at a time.
@safe final class AttemptPlace {
    let requests = RequestFile()
    /// What is read from a pipe at once: a piece of that size that is taken and given back each time is costly.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)

    deinit {
        unsafe buffer.deallocate()
    }
}
