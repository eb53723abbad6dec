package io.octavo.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The house stands as it was drawn: directions, exclusive rights, Java versions, line budgets.
final class HouseTest {
    private static final int CLASS_FILE_VERSION_OF_JAVA_1 = 44;

    private static JavaClasses house;

    @BeforeAll
    static void readTheHouse() {
        List<Path> built =
                Module.ALL.stream().map(Module::classes).filter(Files::isDirectory).toList();
        house = new ClassFileImporter().importPaths(built);
    }

    @TestFactory
    Stream<DynamicTest> theRoomsKeepTheirDirections() {
        return Rooms.rules().stream()
                .map(rule ->
                        DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(house)));
    }

    @Test
    void everyRuleSeesTheSampleThatBreaksIt(@TempDir Path directory) {
        JavaClasses bad = new ClassFileImporter().importPath(BadHouse.build(directory));
        List<String> blind = new ArrayList<>();
        for (ArchRule rule : Rooms.rules()) {
            if (!rule.evaluate(bad).hasViolation()) {
                blind.add(rule.getDescription());
            }
        }
        assertThat(blind).isEmpty();
    }

    @Test
    void applicationsOnJava21CanUsePortsProtocolAndClient() {
        Map<String, Integer> wrong = new TreeMap<>();
        for (Module module : Module.ALL) {
            for (int version : classFileVersions(module.classes())) {
                if (version != CLASS_FILE_VERSION_OF_JAVA_1 + module.javaVersion()) {
                    wrong.put(module.name(), version);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void theLineBudgetsArePrinted() {
        StringBuilder table = new StringBuilder("Line budgets (neither blank nor comment)\n");
        for (Module module : Module.ALL) {
            long code = 0;
            Map<String, Long> rooms = new LinkedHashMap<>();
            for (Source source : module.mainSources()) {
                code += source.codeLines();
                rooms.merge(room(source), source.codeLines(), Long::sum);
            }
            String note = code * 3 > module.lineBudget() * 4L ? "  a third over: discuss" : "";
            table.append(
                    String.format(
                            "  %-38s %6d of %6d%s%n",
                            module.name(), code, module.lineBudget(), note));
            if (rooms.size() > 1) {
                rooms.forEach((room, lines) ->
                        table.append(String.format("    %-36s %6d%n", room, lines)));
            }
        }
        System.out.print(table);
        assertThat(table).contains("broker");
    }

    private static String room(Source source) {
        String path = source.path();
        return path.substring(path.indexOf("io/octavo/"), path.lastIndexOf('/')).replace('/', '.');
    }

    private static Set<Integer> classFileVersions(Path classes) {
        Set<Integer> versions = new TreeSet<>();
        if (!Files.isDirectory(classes)) {
            return versions;
        }
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().endsWith(".class")) {
                    ByteBuffer header = ByteBuffer.wrap(Files.readAllBytes(file));
                    versions.add((int) header.getShort(6));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }
}
