import ArgumentParser
import Glibc

/// How a command prints.
struct OutputOptions: ParsableArguments {
    enum Color: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

    @Option(help: "auto, always or never; NO_COLOR means never.")
    var color: Color = .auto

    @Flag(name: [.customShort("q"), .long], help: "Print only what was asked for.")
    var quiet = false

    /// Whether standard output gets colours.
    var colorsOutput: Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto: Terminal.isOutputInteractive && !refusesColor
        }
    }

    /// Whether standard error gets colours.
    var colorsErrors: Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto: Terminal.isInteractive && !Terminal.isDumb && !refusesColor
        }
    }

    /// Whether `NO_COLOR` is set to anything (no-color.org).
    private var refusesColor: Bool {
        guard let value = unsafe getenv("NO_COLOR") else { return false }
        return unsafe value.pointee != 0
    }
}
