package console_test

import (
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/testenv/chromium"
)

// hostile names do harm where they are taken for markup, for an attribute's end, or for a script.
var hostile = []string{
	`<img src=x onerror="window.harmed=1">`, `"><script>window.harmed=1</script>`, `' onmouseover='window.harmed=1`, `</title><svg onload=window.harmed=1>`,
	`{{.}}<!--`, `javascript:window.harmed=1`, "\u202e<b id=harm>",
}

// harmless expects that nothing of a page came alive.
func (x *window) harmless(what string) {
	x.w.t.Helper()
	x.w.Eventually(func() string { return x.Value("document.readyState") }).Should(Equal("complete"))
	x.w.Expect(x.Value("String(window.harmed)")).To(Equal("undefined"), "%s", what)
	x.w.Expect(x.Value("document.querySelectorAll('img[src=\"x\"], svg[onload], #harm, [onmouseover], main script, a[href^=\"javascript\" i]').length")).To(Equal("0"), "%s", what)
}

// TestHostileNames: names of exchanges, folders and documents, what a service says, and what stands in an address are text
// and nothing else.
func TestHostileNames(t *testing.T) {
	b := chromium.Start(t)
	w := newWorld(t)
	w.connect(v1alpha1.ClientCredentialsGrant)
	const exchange = 7100025
	var room *dataroom.Room
	w.services.Intralinks.EditExchange(exchange, func(e *intralinks.Exchange) {
		e.Name, e.Host, room = strings.Join(hostile, " "), hostile[0], e.Room
	})
	for _, name := range hostile {
		folder, err := room.AddFolder(0, name)
		w.must(err)
		_, err = room.AddFolder(folder.ID, name)
		w.must(err)
		_, err = room.AddDocument(folder.ID, name, ".txt", dataroom.Bytes(name))
		w.must(err)
		_, err = room.AddDocument(0, name, ".txt", nil) // a problem
		w.must(err)
	}
	_, err := room.AddDocument(0, "=cmd|' /C calc'!A0", ".txt", dataroom.Bytes("formula"))
	w.must(err)
	w.services.Intralinks.EditExchange(7100035, func(e *intralinks.Exchange) { e.Restricted = "Ask " + strings.Join(hostile, " ") })
	id, restricted := int64(exchange), int64(7100035)
	carried, refused := w.newSync("hostile"), w.newSync("refused")
	carried.Spec.Source = v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{ID: &id}, Folder: "/", Include: append([]string{"**"}, hostile[0], hostile[1])}
	refused.Spec.Source = v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{ID: &restricted}, Folder: "/"}
	w.create(carried, refused)
	w.Eventually(func() bool {
		return meta.IsStatusConditionTrue(w.sync("hostile").Status.Conditions, v1alpha1.ReadyCondition)
	}).Should(BeTrue(), "%+v", w.sync("hostile").Status.Conditions)
	w.Eventually(func() string {
		c := meta.FindStatusCondition(w.sync("refused").Status.Conditions, v1alpha1.ReadyCondition)
		return c.Message
	}).Should(ContainSubstring("Ask"))

	token := w.person("ada", seeing, browsing, editing, signing)
	x := w.newWindow(b)
	x.signsIn(token)
	integration := "/console/integrations/" + w.namespace + "/" + production
	attack := url.QueryEscape(strings.Join(hostile, " "))
	for path, words := range map[string]string{
		"/console/syncs": hostile[0], "/console/syncs?q=" + attack + "&group=" + attack + "&namespace=" + attack: "No sync matches",
		"/console/integrations?q=" + attack:                          "No integration matches",
		"/console/syncs/" + w.namespace + "/hostile":                 hostile[0],
		"/console/syncs/" + w.namespace + "/hostile/problems":        hostile[0],
		"/console/syncs/" + w.namespace + "/hostile/documents":       "hostile",
		"/console/syncs/" + w.namespace + "/refused":                 hostile[0],
		integration + "/exchanges":                                   hostile[0],
		integration + "/exchanges?q=" + attack:                       hostile[0],
		integration + "/browse?exchange=7100025":                     hostile[0],
		integration + "/browse?exchange=" + attack:                   "",
		integration + "/browse?exchange=7100025&folder=" + attack:    "",
		integration + "/browse?exchange=7100025&q=" + attack:         "No document matches",
		integration + "/activate?exchange=7100025&folder=/" + attack: hostile[0],
		integration + "/browse?exchange=7100035":                     "Ask",
		"/console/sign-in?next=" + attack:                            "",
		"/console/" + attack:                                         "",
	} {
		x.goes(path)
		w.Eventually(x.Text).Should(ContainSubstring(words), "%s", path)
		x.harmless(path)
	}
	// A branch that is opened by the script, too.
	x.goes(integration + "/browse?exchange=7100025")
	x.clicksOn("<img src")
	w.Eventually(func() string { return x.Value("document.querySelectorAll('#tree ul').length") }).Should(Equal("1"))
	x.harmless("an opened branch")

	// What a form brings back, and the YAML of it.
	r := w.signsIn(token)
	form := r.get(integration+"/activate?exchange=7100025&folder=/").form("name", hostile[0], "exchangeName", hostile[1], "exchange", "7100025", "folder", hostile[0],
		"division", hostile[0], "target", hostile[2], "include", hostile[1], "exclude", "a: b\n- "+hostile[3], "hash", hostile[0])
	for _, deed := range []string{"/activate", "/yaml"} {
		v := r.post(integration+deed, form)
		for _, name := range hostile[:4] {
			w.Expect(v.body).NotTo(ContainSubstring(name), deed)
		}
	}

	// No cell of the register begins a formula.
	v := r.get("/console/syncs/" + w.namespace + "/hostile/documents.csv")
	w.Expect(v.header.Get("Content-Type")).To(HavePrefix("text/csv"))
	w.Expect(v.body).To(ContainSubstring("documentID,path"))
	w.Expect(v.body).NotTo(MatchRegexp(`(?m)(^|,)"?[=+@]`))
}
