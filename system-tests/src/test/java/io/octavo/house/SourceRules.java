package io.octavo.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/// The conventions that a machine can check in one source file.
final class SourceRules {
    private static final int FILE_LINES_MAX = 600;
    private static final int METHOD_LINES_MAX = 60;
    private static final int PARAMETERS_MAX = 6;
    private static final int COLLABORATORS_MAX = 7;

    private static final Pattern EMPTY_NAME =
            Pattern.compile(
                    "(Abstract|Base)[A-Z].*|.*(Impl|Base|Manager|Helper|Utils?|Info|Data|Service)");

    /// `setAside` is a verb, not a setter.
    private static final Pattern ACCESSOR = Pattern.compile("(get|set(?!Aside))[A-Z].*");

    private static final Pattern UNFINISHED =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");

    /// What only the ports' real implementations may ask the machine for.
    private static final Set<String> MACHINE_CALLS =
            Set.of(
                    "System.nanoTime",
                    "System.currentTimeMillis",
                    "Thread.sleep",
                    "TimeUnit.sleep",
                    "Math.random",
                    "ThreadLocalRandom.current",
                    "UUID.randomUUID",
                    "Instant.now",
                    "LocalDateTime.now",
                    "ZonedDateTime.now");

    private static final Set<String> MACHINE_TYPES =
            Set.of("Random", "SecureRandom", "SplittableRandom");

    /// Types made with a port, and among how many first arguments it is.
    private static final Map<String, Integer> ADDRESS_TYPES =
            Map.of("InetSocketAddress", 2, "ServerSocket", 1, "Socket", 2);

    private SourceRules() {}

    static List<SourceRule> all() {
        return List.of(
                new SourceRule(
                        "a file has at most " + FILE_LINES_MAX + " lines",
                        source -> true,
                        SourceRules::longFiles,
                        sample("class A {" + "\n".repeat(FILE_LINES_MAX) + "}")),
                new SourceRule(
                        "a method has at most " + METHOD_LINES_MAX + " lines",
                        source -> true,
                        SourceRules::longMethods,
                        sample("class A { void a() {" + "\n".repeat(METHOD_LINES_MAX) + "} }")),
                new SourceRule(
                        "a method has at most " + PARAMETERS_MAX + " parameters",
                        source -> true,
                        SourceRules::manyParameters,
                        sample(
                                "class A { void a(int b, int c, int d, int e, int f, int g, int h) {} }")),
                new SourceRule(
                        "a constructor has at most " + COLLABORATORS_MAX + " collaborators",
                        source -> true,
                        SourceRules::manyCollaborators,
                        sample(
                                "class A { A(int b, int c, int d, int e, int f, int g, int h, int i) {} }")),
                new SourceRule(
                        "a name says something",
                        source -> true,
                        SourceRules::emptyNames,
                        sample("class Room { static final class RoomManager {} }")),
                new SourceRule(
                        "nothing is called get or set",
                        source -> true,
                        SourceRules::accessors,
                        sample("class A { int getB() { return 1; } }")),
                new SourceRule(
                        "time and chance come through the ports",
                        source -> !source.path().startsWith("ports/src/main/"),
                        SourceRules::machineCalls,
                        sample("class A { long b = System.nanoTime(); }")),
                new SourceRule(
                        "a test asks the system for its ports",
                        source -> !source.isMain(),
                        SourceRules::fixedPorts,
                        new Source(
                                "a/src/test/java/A.java",
                                "class A { Object b = new java.net.InetSocketAddress(\"localhost\", 9092); }")),
                new SourceRule(
                        "nothing is left for later",
                        source -> true,
                        SourceRules::unfinished,
                        sample("class A {} // TO" + "DO more")));
    }

    private static Source sample(String text) {
        return new Source("a/src/main/java/A.java", text);
    }

    private static List<String> longFiles(Parsed parsed) {
        int lines = parsed.source().lines().size();
        return lines <= FILE_LINES_MAX
                ? List.of()
                : List.of(parsed.source().path() + " has " + lines + " lines");
    }

    private static List<String> longMethods(Parsed parsed) {
        List<String> found = new ArrayList<>();
        for (ClassTree type : parsed.types()) {
            for (MethodTree method : Parsed.methods(type)) {
                if (parsed.lines(method) > METHOD_LINES_MAX) {
                    found.add(
                            parsed.at(method)
                                    + " "
                                    + method.getName()
                                    + " has "
                                    + parsed.lines(method)
                                    + " lines");
                }
            }
        }
        return found;
    }

    private static List<String> manyParameters(Parsed parsed) {
        return tooMany(parsed, false, PARAMETERS_MAX);
    }

    private static List<String> manyCollaborators(Parsed parsed) {
        return tooMany(parsed, true, COLLABORATORS_MAX);
    }

    private static List<String> tooMany(Parsed parsed, boolean constructors, int max) {
        List<String> found = new ArrayList<>();
        for (ClassTree type : parsed.types()) {
            if (constructors && type.getKind() == ClassTree.Kind.RECORD) {
                continue;
            }
            for (MethodTree method : Parsed.methods(type)) {
                boolean constructor = method.getName().contentEquals("<init>");
                if (constructor == constructors && method.getParameters().size() > max) {
                    found.add(
                            parsed.at(method)
                                    + " "
                                    + method.getName()
                                    + " has "
                                    + method.getParameters().size()
                                    + " parameters");
                }
            }
        }
        return found;
    }

    private static List<String> emptyNames(Parsed parsed) {
        return parsed.types().stream()
                .filter(type -> EMPTY_NAME.matcher(type.getSimpleName()).matches())
                .map(type -> parsed.at(type) + " " + type.getSimpleName())
                .toList();
    }

    private static List<String> accessors(Parsed parsed) {
        List<String> found = new ArrayList<>();
        for (ClassTree type : parsed.types()) {
            for (MethodTree method : Parsed.methods(type)) {
                if (ACCESSOR.matcher(method.getName()).matches() && !overrides(method)) {
                    found.add(parsed.at(method) + " " + method.getName());
                }
            }
        }
        return found;
    }

    private static boolean overrides(MethodTree method) {
        return method.getModifiers().getAnnotations().stream()
                        .anyMatch(a -> a.getAnnotationType().toString().equals("Override"))
                && !method.getModifiers().getFlags().contains(Modifier.STATIC);
    }

    private static List<String> machineCalls(Parsed parsed) {
        List<String> found = new ArrayList<>();
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void none) {
                String owner = simpleName(select.getExpression());
                if (MACHINE_CALLS.contains(owner + "." + select.getIdentifier())) {
                    found.add(parsed.at(select) + " " + select);
                }
                return super.visitMemberSelect(select, null);
            }

            @Override
            public @Nullable Void visitNewClass(NewClassTree made, @Nullable Void none) {
                if (MACHINE_TYPES.contains(simpleName(made.getIdentifier()))) {
                    found.add(parsed.at(made) + " new " + made.getIdentifier());
                }
                return super.visitNewClass(made, null);
            }
        }.scan(parsed.unit(), null);
        return found;
    }

    private static List<String> fixedPorts(Parsed parsed) {
        List<String> found = new ArrayList<>();
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitNewClass(NewClassTree made, @Nullable Void none) {
                int portsAt = ADDRESS_TYPES.getOrDefault(simpleName(made.getIdentifier()), 0);
                for (ExpressionTree argument :
                        made.getArguments().stream().limit(portsAt).toList()) {
                    if (argument instanceof LiteralTree literal
                            && literal.getValue() instanceof Integer port
                            && port != 0) {
                        found.add(parsed.at(made) + " port " + port);
                    }
                }
                return super.visitNewClass(made, null);
            }
        }.scan(parsed.unit(), null);
        return found;
    }

    private static List<String> unfinished(Parsed parsed) {
        List<String> found = new ArrayList<>();
        List<String> lines = parsed.source().lines();
        for (int i = 0; i < lines.size(); i++) {
            if (UNFINISHED.matcher(lines.get(i)).find()) {
                found.add(parsed.source().path() + ":" + (i + 1) + lines.get(i).strip());
            }
        }
        return found;
    }

    private static String simpleName(ExpressionTree tree) {
        String name = tree.toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
