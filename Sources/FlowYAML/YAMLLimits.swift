/// The bounds within which a document is read.
package struct YAMLLimits: Sendable {
    package var fileInBytes = 512 << 20
    package var directives = 16
    package var depth = 256
    package var flowDepth = 64
    package var scalarInBytes = 16 << 20
    package var keyInBytes = 1 << 10
    /// More nodes than any workflow has, and as many as memory that is in proportion can hold.
    package var nodes = 32 << 20
    /// Aliases may always expand to this many nodes, whatever the file's size.
    package var expandedNodes = 100_000
    /// Beyond that, to this many times the file's own nodes.
    package var expansion = 10
    /// Problems that do not end the reading are collected up to this many.
    package var problems = 1000

    package init() {}
}
