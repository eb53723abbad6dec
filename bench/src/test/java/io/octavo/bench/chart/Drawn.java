package io.octavo.bench.chart;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/// A picture as a reader of SVG sees it.
record Drawn(Document document) {
    /// @throws Exception when it is not XML
    static Drawn of(String svg) throws Exception {
        InputSource source = new InputSource(new StringReader(svg));
        return new Drawn(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(source));
    }

    /// The elements `name` that have the class `of`, from the first to the last.
    List<Element> elements(String name, String of) {
        List<Element> found = new ArrayList<>();
        NodeList all = document.getElementsByTagName(name);
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            if (List.of(element.getAttribute("class").split(" ", -1)).contains(of)) {
                found.add(element);
            }
        }
        return found;
    }

    List<String> texts(String of) {
        return elements("text", of).stream().map(Element::getTextContent).toList();
    }

    static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
