package luminance_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// TestKeys holds every object to the keys that its API version declares, no more
// and no fewer: a client must not come to lean on one that isn't there.
func TestKeys(t *testing.T) {
	const (
		division = "account_id created_at created_by features id moniker name permissions settings state type"
		folder   = "created_at created_by id name parent_id project_id state type"
		document = "created_at created_by folder_id id media_type name parent_id project_id state version version_group version_state"
		user     = "account_id created_at email id multi_factor_auth_enabled name state username"
		task     = "auto_sync created_at created_by description filter full_families id moniker name parent_id project_id settings tags type"
		tag      = "content created_at created_by document_id id roles state type"
	)
	for _, tc := range []struct{ path, legacy, current string }{
		{"/", "api2_version product version", "api2_version product version"},
		{"/users/me", user, user + " created_by"},
		{corporate, division, division},
		{"/projects", division, division},
		{rootFolder, folder + " media_type", folder},
		{corporate + "/folders", folder + " media_type", folder},
		{corporate + "/documents/370001", document, document},
		{rootFolder + "/documents", document, document},
		{corporate + "/tasks/12", task + " workspace_id", task},
		{corporate + "/documents/370001/annotations", tag, tag + " external_reference"},
	} {
		for version, want := range map[string]string{"v1.3": tc.legacy, "v1.4": tc.legacy, "v1.5": tc.current} {
			t.Run(version+" "+tc.path, func(t *testing.T) {
				i := start(t, luminance.Options{})
				i.set("profile", version, "importDelay", "0s")
				i.upload("a", "", "&replace=false")
				a := i.api("GET", tc.path)
				first := a.object()
				if first == nil {
					i.g.Expect(a.list()).NotTo(BeEmpty())
					first = a.list()[0]
				}
				wanted := strings.Fields(want)
				slices.Sort(wanted)
				i.g.Expect(slices.Sorted(maps.Keys(first))).To(Equal(wanted))
			})
		}
	}
}

// TestProbe: the API version that is told is none to go by, as in the vendor's
// own example.
func TestProbe(t *testing.T) {
	for profile, want := range map[string][2]string{"v1.3": {"1.42.0", "1.3.0"}, "v1.4": {"1.43.0", "1.4.0"}, "v1.5": {"4.1.7", "1.4.0"}} {
		i := start(t, luminance.Options{})
		i.set("profile", profile, "envelope", "array")
		i.g.Expect(i.api("GET", "/").object()).To(Equal(map[string]any{
			"product": "corporate", "version": want[0], "api2_version": want[1],
		}), "no envelope goes around it")
	}
}

func TestEnvelopes(t *testing.T) {
	for envelope, want := range map[string]struct{ object, list string }{
		"bare":          {`{"id":52001,`, `[{"id":52001,`},
		"wrapped":       {`{"folder":{"id":52001,`, `{"folder":[{"id":52001,`},
		"wrapped-items": {`{"folder":{"id":52001,`, `[{"folder":{"id":52001,`},
		"array":         {`[{"id":52001,`, `[{"id":52001,`},
	} {
		i := start(t, luminance.Options{})
		i.set("envelope", envelope)
		i.g.Expect(i.api("GET", rootFolder).body).To(HavePrefix(want.object))
		i.g.Expect(i.api("GET", corporate+"/folders").body).To(HavePrefix(want.list))
	}
}

// TestErrorBodies: no version says what an error looks like.
func TestErrorBodies(t *testing.T) {
	for shape, want := range map[string]struct{ contentType, body string }{
		"json":  {"application/json; charset=utf-8", `{"error":"there is no such document"}` + "\n"},
		"text":  {"text/plain; charset=utf-8", "there is no such document\n"},
		"html":  {"text/html; charset=utf-8", "<h1>404 Not Found</h1>"},
		"empty": {"", ""},
	} {
		i := start(t, luminance.Options{})
		i.set("errorBody", shape)
		a := i.api("GET", corporate+"/documents/1")
		i.g.Expect(a.status).To(Equal(404))
		i.g.Expect(a.header.Get("Content-Type")).To(Equal(want.contentType))
		i.g.Expect(a.body).To(ContainSubstring(want.body))
		i.g.Expect(a.body == "").To(Equal(shape == "empty"))
	}
}

func TestPermissionsOfADivision(t *testing.T) {
	for _, tc := range []struct{ profile, shape, permissions, want string }{
		{"v1.3", "auto", "preview", `"preview"`},
		{"v1.4", "auto", "native", `"native"`},
		{"v1.5", "auto", "none", "0"},
		{"v1.5", "auto", "native", "2"},
		{"v1.5", "string", "native", `"native"`},
		{"v1.4", "integer", "preview", "1"},
		{"v1.5", "object", "native", "{}"},
	} {
		i := start(t, luminance.Options{})
		i.set("profile", tc.profile, "permissionsShape", tc.shape, "permissions", tc.permissions)
		i.g.Expect(i.api("GET", corporate).body).To(ContainSubstring(fmt.Sprintf(`"permissions":%s,`, tc.want)))
		i.g.Expect(i.api("GET", "/projects?permissions="+tc.permissions).list()).To(HaveLen(5), "the filter takes the word")
	}
}

// TestVersionNumbers: the schemas say a number, the example of 1.5 is text.
func TestVersionNumbers(t *testing.T) {
	for shape, want := range map[string]any{"number": 2.0, "text": "2"} {
		i := start(t, luminance.Options{})
		i.set("versionType", shape)
		i.upload("a", "one", "&replace=true")
		i.g.Expect(i.upload("a", "two", "&replace=true").object()).To(HaveKeyWithValue("version", want))
		i.g.Expect(i.api("GET", corporate+"/documents?version=2").values("version")).To(Equal([]any{want}))
	}
}
