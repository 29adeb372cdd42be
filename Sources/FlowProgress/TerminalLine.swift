import FlowDiagnostics

/// How a terminal can show things.
struct TerminalLook {
    let hasColor: Bool
    let hasUnicode: Bool

    var ellipsis: String { hasUnicode ? "…" : "..." }

    /// A text that moves no cursor: controls are shown as pictures; in ASCII they are `?`, as all that it lacks.
    func safe(_ text: String) -> String {
        guard !hasUnicode else { return TerminalText.visible(text) }
        return String(text.map { $0.isASCII && ("\u{20}"..."\u{7E}").contains($0) ? $0 : "?" })
    }

    /// The safe text in at most some columns, cut at its end.
    func fit(_ text: String, _ columns: Int) -> String {
        TerminalText.cut(safe(text), to: columns, mark: ellipsis)
    }

    /// The safe name in at most some columns, cut inside.
    func fitName(_ name: String, _ columns: Int) -> String {
        TerminalText.cutInside(safe(name), to: columns, mark: ellipsis)
    }
}

/// One line for a terminal, made of pieces from left to right, that never gets wider than it may.
struct TerminalLine {
    /// Parameters of an SGR sequence (ECMA-48, 8.3.117).
    enum Style: String {
        case plain = ""
        case bold = "1"
        case dim = "2"
        case red = "31"
        case boldRed = "1;31"
        case green = "32"
        case yellow = "33"
    }

    let look: TerminalLook
    let width: Int
    private(set) var text = ""
    /// How many columns are taken, blanks included that will not be written unless something follows.
    private(set) var columns = 0
    private var blanks = 0

    init(_ look: TerminalLook, width: Int) {
        self.look = look
        self.width = width
    }

    /// How many columns are free.
    var room: Int { max(0, width - columns) }

    /// Adds a text, made safe and cut to the room.
    mutating func add(_ piece: String, _ style: Style = .plain) {
        let piece = look.fit(piece, room)
        columns += TerminalText.columns(of: piece)
        let end = piece.lastIndex { $0 != " " }.map { piece.index(after: $0) } ?? piece.startIndex
        let shown = piece[..<end]
        if !shown.isEmpty {
            text += String(repeating: " ", count: blanks)
            text += look.hasColor && style != .plain ? "\u{1B}[\(style.rawValue)m\(shown)\u{1B}[0m" : shown
            blanks = 0
        }
        blanks += piece[end...].utf8.count
    }

    /// Adds a text behind two blanks, unless it does not fit as a whole.
    mutating func addFact(_ piece: String, _ style: Style = .plain) {
        guard TerminalText.columns(of: look.safe(piece)) + 2 <= room else { return }
        pad(to: columns + 2)
        add(piece, style)
    }

    /// Leaves blanks up to a column.
    mutating func pad(to column: Int) {
        let count = max(0, min(column, width) - columns)
        blanks += count
        columns += count
    }

    /// Adds a text at the right end of some columns.
    mutating func addRight(_ piece: String, in columns: Int, _ style: Style = .plain) {
        pad(to: self.columns + columns - TerminalText.columns(of: look.safe(piece)))
        add(piece, style)
    }
}
