/// A value behind one reference, so that to copy what holds it costs one retain and not one for each part of it.
///
/// It stays a value: who changes a copy copies the value first.
struct Boxed<Value> {
    // An array of one: it has the copy on write, and it is Sendable where its element is.
    private var storage: [Value]

    init(_ value: Value) {
        storage = [value]
    }

    var value: Value {
        _read { yield storage[0] }
        _modify { yield &storage[0] }
    }
}

extension Boxed: Sendable where Value: Sendable {}
