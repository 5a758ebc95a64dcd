// R, where an image that was made from this one has it: the data-science sibling.
import type { DesktopUnderTest } from './desktop-under-test'
import type { Checks } from './run-checks'

export async function hasR(desktop: DesktopUnderTest): Promise<boolean> {
  return (await desktop.shell('command -v Rscript || echo none')) !== 'none'
}

const notebook = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'ir', display_name: 'R', language: 'R' } },
  cells: [
    {
      cell_type: 'code',
      id: 'plot',
      metadata: {},
      execution_count: null,
      outputs: [],
      source: [
        'library(dplyr)\n',
        'library(data.table)\n',
        'library(ggplot2)\n',
        'means <- mtcars %>% group_by(cyl) %>% summarise(mpg = mean(mpg))\n',
        'stopifnot(nrow(as.data.table(means)) == 3)\n',
        'ggplot(means, aes(cyl, mpg)) + geom_col()',
      ],
    },
  ],
})

export async function checkR(desktop: DesktopUnderTest, check: Checks['check']): Promise<void> {
  await check('R', async () => (await desktop.shell('Rscript --version 2>&1')).split('\n')[0])
  await check('JupyterLab offers R', () => desktop.shell('jupyter kernelspec list 2>&1 | grep -w ir'))
  await check('a notebook in R groups with dplyr and plots with ggplot2', async () => {
    await desktop.shell(
      `cat > /tmp/r.ipynb <<'NOTEBOOK'\n${notebook}\nNOTEBOOK\npapermill /tmp/r.ipynb /tmp/r-done.ipynb >/tmp/r.log 2>&1 || { tail -n 8 /tmp/r.log; exit 1; }`,
      300,
    )
    return `${await desktop.shell(`grep -c '"image/png"' /tmp/r-done.ipynb`)} plot`
  })
}
