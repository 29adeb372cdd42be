import FlowCheck
import FlowDiagnostics
import FlowModel
import FlowPlan
import FlowRuntime
import FlowValue
import FlowWorker

/// Refuses a file with its diagnostics, or gives its plan.
struct Acceptance {
    let workflow: WorkflowFile
    let format: OutputFormat
    let parameters: ParameterOptions
    /// The settings from outside the file, which the run keeps.
    let settings: OuterSettings

    /// Reads and checks a file with the settings of its project and the environment.
    init(file: String, format: OutputFormat, parameters: ParameterOptions) throws {
        let project = Project(of: WorkflowFile.folder(of: file))
        try project.refuseFaults(format)
        settings = project.outerSettings
        var options = CheckOptions.run
        options.settings = settings
        workflow = try WorkflowFile.load(file, options: options)
        self.format = format
        self.parameters = parameters
    }

    /// The workflow, if nothing is wrong with it.
    func spec() throws -> WorkflowSpec {
        guard let spec = workflow.checked.spec, !workflow.checked.diagnostics.hasErrors else {
            try Self.refuse(workflow.checked.diagnostics, of: workflow.checked.files, format)
        }
        if !workflow.checked.diagnostics.isEmpty {
            var renderer = TextRenderer(files: workflow.checked.files)
            Terminal.error(renderer.render(workflow.checked.diagnostics))
        }
        guard !spec.isLibrary else {
            throw CommandFailure(.usage, "\(workflow.source.name) is a library: it has tasks and no canvas")
        }
        return spec
    }

    func plan() throws -> Plan {
        let spec = try spec()
        let values: JSONObject
        do throws(Parameters.Problem) {
            values = try Parameters.values(spec, given: try parameters.given())
        } catch {
            try refuseParameter(error.message)
        }
        return try plan(spec, values)
    }

    /// The plan with the parameters of an earlier run; those that the file does not have any more are left out.
    func plan(_ recorded: JSONObject) throws -> Plan {
        let spec = try spec()
        var given = Parameters.Given()
        for member in recorded.members where spec.parameters.contains(where: { $0.name == member.key }) {
            // Null stands for a parameter that nobody gave.
            if member.value != .null { given.values.append(member.key, member.value) }
        }
        let values: JSONObject
        do throws(Parameters.Problem) {
            values = try Parameters.values(spec, given: given)
        } catch {
            try refuseParameter(error.message)
        }
        return try plan(spec, values)
    }

    private func plan(_ spec: WorkflowSpec, _ values: JSONObject) throws -> Plan {
        do throws(PlanError) {
            var plan = try Planner.plan(spec, parameters: values)
            plan.timeZone = TimeZoneFile.rules(of: spec, folder: ProcessEnvironment.value("TZDIR"))
            return plan
        } catch {
            throw CommandFailure(.usage, "\(workflow.source.name): step '\(error.step)': \(error.message)")
        }
    }

    static func refuse(
        _ diagnostics: [Diagnostic], of files: [SourceFile], _ format: OutputFormat
    ) throws -> Never {
        if format == .json {
            var renderer = JSONRenderer(files: files)
            Terminal.print(#"{"schema":"flowrun.check/1","diagnostics":\#(renderer.render(diagnostics))}"#)
        } else {
            var renderer = TextRenderer(files: files)
            Terminal.error(renderer.render(diagnostics))
        }
        throw CommandFailure(.usage)
    }

    func refuseParameter(_ message: String) throws -> Never {
        guard format == .json else { throw CommandFailure(.usage, message) }
        let file = SourceFile(name: "-p", bytes: [])
        var renderer = JSONRenderer(files: [file])
        let finding = Diagnostic(.parameterValue, message, at: SourceSpan(file: FileID(0), start: 0, end: 0))
        Terminal.print(#"{"schema":"flowrun.check/1","diagnostics":\#(renderer.render([finding]))}"#)
        throw CommandFailure(.usage)
    }
}
