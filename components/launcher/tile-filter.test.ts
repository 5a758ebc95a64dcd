import { describe, expect, it } from 'vitest'
import { categoriesOf, filterTiles } from './tile-filter'

const tiles = [
  { name: 'Jupyter', description: 'Notebooks with PyTorch', categories: ['ML', 'Python'] },
  { name: 'Dévelop', description: 'A plain desktop', categories: ['Desktop'] },
  { name: 'RStudio', description: '', categories: ['Statistics'] },
]
const names = (search: string, category = '') => filterTiles(tiles, search, category).map(({ name }) => name)

describe('filterTiles', () => {
  it('leaves everything where nothing is asked', () => {
    expect(names('  ')).toHaveLength(3)
  })

  it('finds by name, description and category, whatever the case and the accents', () => {
    expect(names('PYTORCH')).toEqual(['Jupyter'])
    expect(names('develop')).toEqual(['Dévelop'])
    expect(names('statist')).toEqual(['RStudio'])
  })

  it('needs every word, in any order', () => {
    expect(names('python jupyter')).toEqual(['Jupyter'])
    expect(names('python rstudio')).toEqual([])
  })

  it('joins category and search', () => {
    expect(names('', 'ML')).toEqual(['Jupyter'])
    expect(names('plain', 'ML')).toEqual([])
  })

  it('takes the search as text, not as a pattern', () => {
    expect(names('.*')).toEqual([])
    expect(names('(')).toEqual([])
  })
})

describe('categoriesOf', () => {
  it('lists each category once, by name', () => {
    expect(categoriesOf([...tiles, ...tiles])).toEqual(['Desktop', 'ML', 'Python', 'Statistics'])
  })
})
