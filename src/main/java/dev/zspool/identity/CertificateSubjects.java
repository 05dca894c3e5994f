package dev.zspool.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// What the bearer of a certificate is, see {@link SubjectGrants}.
final class CertificateSubjects {
    private static final int DNS_NAME = 2;
    private static final int URI_NAME = 6;

    private CertificateSubjects() {}

    /// The subjects that a certificate names: alternative names first, then the common name.
    static List<String> of(X509Certificate certificate) {
        List<String> subjects = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> name : names) {
                    switch ((Integer) name.get(0)) {
                        case DNS_NAME -> subjects.add("dns:" + name.get(1));
                        case URI_NAME -> subjects.add("uri:" + name.get(1));
                        default -> {}
                    }
                }
            }
            for (Rdn part :
                    new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    subjects.add("cn:" + part.getValue());
                }
            }
        } catch (CertificateParsingException | InvalidNameException unreadable) {
            // Somebody whom we trust signed it all the same; what cannot be read gives no role.
            return List.copyOf(subjects);
        }
        return List.copyOf(subjects);
    }
}
