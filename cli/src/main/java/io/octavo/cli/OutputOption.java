package io.octavo.cli;

import picocli.CommandLine.Option;

/// The option that chooses between results for people and results for machines.
final class OutputOption {
    enum Form {
        TEXT,
        JSON
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text or json; default ${DEFAULT-VALUE}.")
    private Form form = Form.TEXT;

    boolean json() {
        return form == Form.JSON;
    }
}
