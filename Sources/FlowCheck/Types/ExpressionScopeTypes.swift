import FlowModel

/// The names that stand for something where an expression is written, with their types.
struct ExpressionNames {
    /// A name of `foreach … as` or `matrix`.
    struct Binding {
        let name: String
        let type: StaticType
        /// Its number among all bindings of the file, to remember that it was used.
        let number: Int
    }

    /// Where an expression stands, for what only some places may read.
    enum Place {
        /// A node's arguments, conditions and options.
        case node
        /// What is resolved when the attempt starts: `args`, `kwargs` and `request` have values.
        case task
        /// The header, before any node.
        case header
    }

    var place = Place.node
    /// Whether secrets may stand here: in `env`, `stdin` and `http`.
    var takesSecrets = false
    /// The node that the expression belongs to; nil in tasks and the header.
    var node: SpecIndex?
    var bindings: [Binding] = []
    /// What `parent` is; nil where nothing is handed in.
    var parent: StaticType?
    /// Whether it stands inside a `link_error`.
    var hasError = false
    /// Whether everything has ended: in `on_exit` and the header's `result`.
    var hasEnded = false
    var isOnExit = false
    /// The declared arguments of the task, if there is one.
    var signature: TaskSpec.Signature?
    /// Whether there are names that a mistake has hidden.
    var isDoubtful = false
    /// Whether names of the workflow are unknown, as in a library.
    var isLibrary = false
}
