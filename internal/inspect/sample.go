package inspect

import (
	"context"
	"crypto/sha1" //nolint:gosec // Intralinks lists SHA-1; it is compared, not trusted against an attacker
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// sample downloads some of the documents that agree, and holds them against their SHA-1.
func (v *verification) sample(ctx context.Context, c *comparison, tell func(findings.Difference) error) (compared int64, err error) {
	var candidates []*ledger.Record
	for _, r := range c.agreed {
		if r.Standing.Hash != "" && r.Standing.LuminanceID != 0 {
			candidates = append(candidates, r)
		}
	}
	//nolint:gosec // which documents are compared is no secret
	rand.Shuffle(len(candidates), func(a, b int) { candidates[a], candidates[b] = candidates[b], candidates[a] })
	for _, r := range candidates[:min(v.options.Download, len(candidates))] {
		d, err := v.compareBytes(ctx, c, r)
		if err != nil {
			return compared, err
		}
		if d == nil || d.Kind == findings.ContentDiffers {
			compared++
		}
		if d == nil {
			continue
		}
		if err := tell(*d); err != nil {
			return compared, err
		}
		if d.Kind == findings.NotComparable {
			return compared, nil // what is refused once is refused again, at a request each
		}
	}
	return compared, nil
}

// compareBytes downloads a document from Luminance; nil: it is what was carried.
func (v *verification) compareBytes(ctx context.Context, c *comparison, r *ledger.Record) (*findings.Difference, error) {
	body, err := v.link.Luminance.Download(ctx, v.pair.DivisionID, r.Standing.LuminanceID)
	switch luminance.ClassOf(err) {
	case luminance.Forbidden, luminance.NotFound, luminance.Invalid:
		d := c.difference(findings.NotComparable, r, "Luminance doesn't hand it out to the service user; its role needs the right to download")
		return &d, nil
	}
	if err != nil {
		return nil, err
	}
	defer body.Close()
	sum := sha1.New() //nolint:gosec // see the import
	size, err := io.Copy(sum, body)
	if err != nil {
		return nil, fmt.Errorf("download document %d from Luminance: %w", r.Standing.LuminanceID, err)
	}
	got := base64.StdEncoding.EncodeToString(sum.Sum(nil))
	if got == r.Standing.Hash {
		return nil, nil
	}
	if d := c.listed[r.DocumentID]; d != nil && got == d.DownloadHash {
		return nil, nil
	}
	message := fmt.Sprintf("Luminance hands out %d bytes with the SHA-1 %s; carried were %d bytes with %s", size, hexOf(got), r.Standing.Size, hexOf(r.Standing.Hash))
	if v.sync.Spec.WatermarkedDocuments == v1alpha1.UploadWatermarked {
		message += ". With spec.watermarkedDocuments: Upload it may have been carried with a watermark, which no hash tells"
	}
	d := c.difference(findings.ContentDiffers, r, message)
	return &d, nil
}
