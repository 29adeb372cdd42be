import FuzzSupport

/// Feeds one part of the language alone: the first byte says which, the others are its text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzParts(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let letter = bytes.first, let part = Part(rawValue: letter) else { return -1 }
    let rest = Array(bytes.dropFirst())
    let text = String(decoding: rest, as: UTF8.self)
    switch part {
    case .yaml: YAMLPart(rest).run()
    case .crontab: CrontabPart(text).run()
    case .template: TemplatePart(text).run()
    case .celeryConfig: ImportPart.celeryConfig(rest)
    case .director: ImportPart.director(rest)
    case .value: ValuePart(rest).run()
    }
    return 0
}

@main struct FuzzParts {
    static func main() {
        unsafe FuzzDriver.run(fuzzParts)
    }
}

private enum Part: UInt8 {
    case yaml = 0x79  // y
    case crontab = 0x63  // c
    case template = 0x74  // t
    case celeryConfig = 0x70  // p, as Python
    case director = 0x64  // d
    case value = 0x76  // v
}
