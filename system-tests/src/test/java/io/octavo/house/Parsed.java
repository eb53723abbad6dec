package io.octavo.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// A source and its syntax tree.
record Parsed(Source source, CompilationUnitTree unit, SourcePositions positions) {
    /// Parses without resolving a name: this needs no class path, and takes milliseconds.
    static List<Parsed> all(List<Source> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> files = new ArrayList<>();
        sources.forEach(source -> files.add(file(source)));
        JavacTask task =
                (JavacTask)
                        compiler.getTask(
                                null,
                                compiler.getStandardFileManager(null, Locale.ROOT, null),
                                null,
                                List.of("-proc:none"),
                                null,
                                files);
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        List<Parsed> parsed = new ArrayList<>();
        try {
            Iterator<Source> source = sources.iterator();
            for (CompilationUnitTree unit : task.parse()) {
                parsed.add(new Parsed(source.next(), unit, positions));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return parsed;
    }

    String name() {
        return source.path().substring(source.path().lastIndexOf('/') + 1);
    }

    /// `file:line` of `tree`, for a message.
    String at(Tree tree) {
        return source.path() + ":" + line(positions.getStartPosition(unit, tree));
    }

    /// From the first line of a method's head to its closing brace; what is written above it does
    /// not count.
    long lines(MethodTree method) {
        Tree head = method.getBody() == null ? method : method.getBody();
        long first = line(positions.getStartPosition(unit, head));
        return line(positions.getEndPosition(unit, method)) - first + 1;
    }

    /// Every class, record, interface and enum, nested ones too.
    List<ClassTree> types() {
        List<ClassTree> types = new ArrayList<>();
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitClass(ClassTree type, @Nullable Void none) {
                types.add(type);
                return super.visitClass(type, null);
            }
        }.scan(unit, null);
        return types;
    }

    /// The methods and constructors that `type` declares itself; a record's implied constructor is
    /// not among them.
    static List<MethodTree> methods(ClassTree type) {
        return type.getMembers().stream()
                .filter(MethodTree.class::isInstance)
                .map(MethodTree.class::cast)
                .toList();
    }

    private long line(long position) {
        return unit.getLineMap().getLineNumber(position);
    }

    private static JavaFileObject file(Source source) {
        URI uri = URI.create("string:///" + source.path());
        return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source.text();
            }
        };
    }
}
