import { useEffect, useState } from 'preact/hooks';
import { shortId } from '../../../model/ids.ts';
import type { ServiceRow } from '../../../report/facts/service-row.ts';
import { humanBytes } from '../../../util/human.ts';
import { usePage } from '../../parts/context.ts';
import { Panel } from '../run/panel.tsx';

/** Which image was there before, which is there now, and how much larger it is. */
export function ImagePanel({ row }: { readonly row: ServiceRow }) {
  const { imageBefore, imageAfter, imageBytes } = row;
  const bytesBefore = useImageBytes(imageBefore);
  const same = imageBefore !== null && imageBefore === imageAfter;
  return (
    <Panel title="Image" note={same ? 'as before' : undefined}>
      <dl class="images">
        <Image name="Before" image={imageBefore} bytes={bytesBefore} />
        <Image name="Now" image={imageAfter ?? imageBefore} bytes={same || imageAfter === null ? bytesBefore : imageBytes} />
        {imageBytes !== null && (
          <div>
            <dt>Built</dt>
            <dd class="figures">
              {humanBytes(imageBytes)}
              {bytesBefore !== null && <span class="dim"> {changeText(imageBytes - bytesBefore)}</span>}
            </dd>
          </div>
        )}
      </dl>
    </Panel>
  );
}

function Image({ name, image, bytes }: { readonly name: string; readonly image: string | null; readonly bytes: number | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="figures">
        {image === null ? <span class="dim">none</span> : <code title={image}>{shortId(image)}</code>}
        {bytes !== null && <span class="dim"> {humanBytes(bytes)}</span>}
      </dd>
    </div>
  );
}

function changeText(bytes: number): string {
  if (Math.abs(bytes) < 1000) return 'as large as before';
  return bytes > 0 ? `${humanBytes(bytes)} more than before` : `${humanBytes(-bytes)} less than before`;
}

/** What the run that built an image recorded; null = not known. */
function useImageBytes(image: string | null): number | null {
  const { dashboard } = usePage();
  const [bytes, setBytes] = useState<number | null>(null);
  useEffect(() => {
    let wanted = true;
    setBytes(null);
    if (image !== null)
      void dashboard.api.imageBytes(image).then((known) => {
        if (wanted) setBytes(known);
      });
    return () => {
      wanted = false;
    };
  }, [dashboard, image]);
  return bytes;
}
