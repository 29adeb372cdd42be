/// One field of a crontab as Celery writes it.
enum CrontabField {
    /// The field as flowrun reads it, or nil if it is none.
    ///
    /// Celery looks at three letters of the name of a day or month, in any case.
    static func text(_ field: String) -> String? {
        let field = field.lowercased().filter { $0 != " " }
        guard !field.isEmpty, field.utf8.count <= 200, field.utf8.allSatisfy(isLegal) else { return nil }
        var text = ""
        var letters = 0
        for character in field {
            letters = character.isLetter ? letters + 1 : 0
            if letters <= 3 { text.append(character) }
        }
        return text
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || "*/,-".utf8.contains(byte)
    }
}
