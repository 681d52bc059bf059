package main

import (
	"crypto/sha1"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/findings"
)

// room lays down the files of an exchange.
func room(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for path, content := range map[string]string{
		"Contracts/Lease.txt":           "the lease",
		"Contracts/2024/Supply.txt":     "a supply contract",
		"Contracts/2024/Annex/Plan.txt": "the plan of the site",
		"Board/Minutes.txt":             "minutes",
		"Board/=Formula.txt":            "a name that a spreadsheet would reckon with",
		"Read me.txt":                   "at the top",
	} {
		path = filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// account is a service account with rules.
func (w *world) account(name string, rules ...rbacv1.PolicyRule) {
	w.t.Helper()
	meta := metav1.ObjectMeta{Namespace: w.namespace, Name: name}
	w.Expect(w.env.Client.Create(w.t.Context(), &corev1.ServiceAccount{ObjectMeta: meta})).To(Succeed())
	w.Expect(w.env.Client.Create(w.t.Context(), &rbacv1.Role{ObjectMeta: meta, Rules: rules})).To(Succeed())
	w.Expect(w.env.Client.Create(w.t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: w.namespace, Name: name}},
	})).To(Succeed())
}

func permission(verb string, resources ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{"dataroom.dev"}, Resources: resources, Verbs: []string{verb}}
}

// asking runs a command as a service account, by the operator's address.
func (w *operated) asking(account string, args ...string) outcome {
	w.t.Helper()
	return w.run(append(args, "--operator-url", w.api, "--token-from-service-account", account)...)
}

// synced connects, and has a sync carry the whole exchange but for one folder.
func (w *operated) synced() {
	w.t.Helper()
	w.connect("production", v1alpha1.ClientCredentialsGrant)
	w.createSync("heron", v1alpha1.FolderSyncStatus{}, withSplash, func(s *v1alpha1.FolderSync) { s.Spec.Source.Exclude = []string{"Board/Minutes.txt"} })
	w.Eventually(func() string { return summaryOf(w.sync("heron").Status.Conditions).Reason }).Should(Equal(v1alpha1.SyncedReason))
}

// changing is what differs from run to run: times, addresses, and the ids that Luminance gives in the order in which it is
// asked.
var changing = map[string]*regexp.Regexp{
	"TIME":    regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)`),
	"ADDRESS": regexp.MustCompile(`127\.0\.0\.1:\d+`),
	"370000":  regexp.MustCompile(`\b370\d{3}\b`),
	"52000":   regexp.MustCompile(`\b520\d{2}\b`),
}

// steady takes that out of a text.
func steady(text string) string {
	for instead, what := range changing {
		text = what.ReplaceAllString(text, instead)
	}
	return text
}

func TestAskingTheOperator(t *testing.T) {
	w := newOperatedOn(t, room(t))
	w.account("auditor", permission("get", "foldersyncs/documents", "intralinksintegrations/browse"), permission("create", "foldersyncs/verify"))
	w.synced()
	w.createSync("osprey", v1alpha1.FolderSyncStatus{}, withSplash, func(s *v1alpha1.FolderSync) {
		s.Spec.Suspend, s.Spec.Source.Folder = true, "/Board"
	})
	for name, args := range map[string][]string{
		"exchanges":      {"exchanges", "production"},
		"exchanges-json": {"exchanges", "production", "-o", "json"},
		"exchanges-csv":  {"exchanges", "production", "-o", "csv"},
		"tree":           {"tree", "production", "Project Heron"},
		"tree-json":      {"tree", "production", "Project Heron", "/Contracts", "-o", "json"},
		"tree-depth":     {"tree", "production", "7100015", "--depth", "1"},
		"tree-csv":       {"tree", "production", "7100015", "--depth", "-1", "-o", "csv"},
		"divisions":      {"divisions", "production"},
		"divisions-json": {"divisions", "production", "-o", "json"},
		"folders":        {"folders", "production", "Corporate"},
		"folders-json":   {"folders", "production", "Corporate", "-o", "json"},
		"plan-nothing":   {"plan", "heron"},
		"plan":           {"plan", "osprey"},
		"plan-json":      {"plan", "osprey", "-o", "json"},
		"plan-csv":       {"plan", "osprey", "-o", "csv"},
		"report":         {"report", "heron"},
		"report-json":    {"report", "heron", "-o", "json", "--search", "supply"},
		"verify":         {"verify", "heron", "--download", "2"},
		"verify-json":    {"verify", "heron", "-o", "json"},
		"verify-cost":    {"verify", "heron", "--estimate", "--by-folder", "--download", "100", "-o", "json"},
	} {
		t.Run(name, func(*testing.T) {
			got := w.asking("auditor", args...)
			w.Expect(got.code).To(Equal(exitDone), got.err)
			w.golden("ask-"+name, steady(got.out))
		})
	}
}

func TestTheRegisterIsTrue(t *testing.T) {
	w := newOperatedOn(t, room(t))
	w.account("auditor", permission("get", "foldersyncs/documents"))
	w.synced()
	got := w.asking("auditor", "report", "heron")
	w.Expect(got.code).To(Equal(exitDone), got.err)
	rows, err := csv.NewReader(strings.NewReader(got.out)).ReadAll()
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(rows).To(HaveLen(6), "a header, and all but the document that is left out")
	at := map[string]int{}
	for k, name := range rows[0] {
		at[name] = k
	}
	sum := sha1.Sum([]byte("a supply contract"))
	for _, row := range rows[1:] {
		if row[at["name"]] == "Supply.txt" {
			w.Expect(row[at["path"]]).To(Equal("/Contracts/2024/Supply.txt"))
			w.Expect(row[at["sha1"]]).To(Equal(hex.EncodeToString(sum[:])))
			w.Expect(row[at["folder"]]).To(Equal("/Heron/heron/Contracts/2024"))
			received, err := os.ReadFile(filepath.Join(w.services.Received, "Corporate", row[at["folder"]], row[at["name"]]))
			w.Expect(err).NotTo(HaveOccurred())
			w.Expect(string(received)).To(Equal("a supply contract"))
		}
		for _, cell := range row {
			w.Expect(cell).NotTo(HavePrefix("="), "a formula")
		}
	}
}

func TestWhoMayNotAskIsTold(t *testing.T) {
	w := newOperatedOn(t, room(t))
	w.account("stranger", permission("get", "foldersyncs", "intralinksintegrations"))
	w.connect("production", v1alpha1.ClientCredentialsGrant)
	w.becomes("production", v1alpha1.ConnectedReason)
	for name, args := range map[string][]string{
		"error-browse":   {"exchanges", "production"},
		"error-report":   {"report", "heron"},
		"error-verify":   {"verify", "heron"},
		"error-nowhere":  {"tree", "missing", "Project Heron"},
		"error-division": {"folders", "production", "Corporate"},
	} {
		t.Run(name, func(*testing.T) {
			got := w.asking("stranger", args...)
			w.Expect(got.code).To(Equal(exitFailed))
			w.Expect(got.out).To(BeEmpty())
			w.golden("ask-"+name, got.err)
		})
	}
	w.account("auditor", permission("get", "foldersyncs/documents", "intralinksintegrations/browse"), permission("create", "foldersyncs/verify"))
	for name, args := range map[string][]string{
		// Nobody accepts an NDA by looking around.
		"error-splash":         {"tree", "production", "Project Heron"},
		"error-no-integration": {"exchanges", "missing"},
		"error-no-exchange":    {"tree", "production", "Project Nowhere"},
		"error-no-folder":      {"tree", "production", "Project Merlin", "/Nowhere"},
		"error-no-division":    {"folders", "production", "Nowhere"},
		"error-no-sync":        {"report", "heron"},
	} {
		t.Run(name, func(*testing.T) {
			got := w.asking("auditor", args...)
			w.Expect(got.code).To(Equal(exitFailed))
			w.golden("ask-"+name, got.err)
		})
	}
	t.Run("by certificate", func(*testing.T) {
		got := w.run("exchanges", "production", "--operator-url", w.api)
		w.Expect(got.code).To(Equal(exitFailed))
		w.golden("ask-error-certificate", got.err)
	})
	t.Run("without an operator", func(*testing.T) {
		got := w.run("exchanges", "production", "--token-from-service-account", "auditor")
		w.Expect(got.code).To(Equal(exitFailed))
		w.golden("ask-error-no-operator", got.err)
	})
	t.Run("in the clear", func(*testing.T) {
		got := w.run("exchanges", "production", "--token-from-service-account", "auditor", "--operator-url", "http://operator.example.com")
		w.Expect(got.code).To(Equal(exitFailed))
		w.golden("ask-error-clear", got.err)
	})
}

func TestVerifyFindsWhatPeopleHaveChanged(t *testing.T) {
	files := room(t)
	w := newOperatedOn(t, files)
	w.account("auditor", permission("create", "foldersyncs/verify"))
	w.synced()
	ids := map[string]int64{}
	for _, d := range w.services.Luminance.Documents(false) {
		ids[d.Name] = d.ID
	}
	// Somebody works in Luminance, and somebody else in the exchange.
	division := w.services.Luminance
	w.Expect(division.PersonDeletes(ids["Lease.txt"])).To(Succeed())
	w.Expect(division.PersonUploads("Corporate", "/Heron/heron/Contracts/2024/Supply.txt", []byte("replaced"))).Error().NotTo(HaveOccurred())
	w.Expect(division.PersonUploads("Corporate", "/Heron/heron/Board/Mine.txt", []byte("mine"))).Error().NotTo(HaveOccurred())
	w.Expect(division.PersonUploads("Corporate", "/Elsewhere/Other.txt", []byte("not below the destination"))).Error().NotTo(HaveOccurred())
	w.Expect(os.WriteFile(filepath.Join(files, "Board/New.txt"), []byte("new"), 0o600)).To(Succeed())
	w.Expect(os.WriteFile(filepath.Join(files, "Contracts/2024/Annex/Plan.txt"), []byte("another plan"), 0o600)).To(Succeed())
	w.Expect(os.Remove(filepath.Join(files, "Read me.txt"))).To(Succeed())

	w.Eventually(func() map[findings.DifferenceKind]int64 { // the exchange's listing may be a minute old
		got := w.asking("auditor", "verify", "heron", "-o", "json")
		var view verificationView
		w.Expect(json.Unmarshal([]byte(got.out), &view)).To(Succeed(), got.err)
		w.Expect(got.code).To(Equal(exitNotInOrder))
		return view.Verification.Differences
	}).WithTimeout(2 * patience).Should(Equal(map[findings.DifferenceKind]int64{
		findings.MissingInLuminance: 1, findings.ReplacedInLuminance: 1, findings.UnknownInLuminance: 1,
		findings.NotCarried: 1, findings.OlderVersion: 1, findings.GoneFromExchange: 1,
	}))
	got := w.asking("auditor", "verify", "heron")
	w.Expect(got.code).To(Equal(exitNotInOrder))
	w.golden("ask-verify-differences", steady(got.out))
	w.golden("ask-verify-differences-error", steady(got.err))
}
